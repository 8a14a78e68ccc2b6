"""The nets: one file each, with names and shapes as in the published weight manifests."""
