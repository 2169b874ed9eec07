"""The data set, its words and its record as linked data, in the vocabularies of others:
facts that are collected once, and several renderings of them."""
