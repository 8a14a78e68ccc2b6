"""Who somebody is: matching, enrolment and its files, thresholds, the quality of a picture."""
