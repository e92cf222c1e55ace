"""Pictures drawn for people, from previews and from strings already in the reader's language."""
