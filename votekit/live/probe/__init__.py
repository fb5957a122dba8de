"""The only files that touch private names of the libraries."""
