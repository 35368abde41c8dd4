"""How the models that come with the program were trained."""
