"""How often answers are right: pictures that are turned, small, dark, blurred or covered in part.

`variants` makes them of the samples and knows where each face then is, `sides` are the libraries
and their options, `page` has them look, `score` counts, `report` makes the tables.
"""
