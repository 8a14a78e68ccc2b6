"""The pages of the site: one template around what each page says itself."""
