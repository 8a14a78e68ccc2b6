"""How often answers are right: pictures that are turned, small, dark, blurred or covered in part,
and other photographs of a person.

`variants` makes pictures of the samples and knows where each face then is, `people` lays out the
photographs, `sides` are the libraries and their options, `page` has them look, `score` counts,
`report` makes the tables.
"""
