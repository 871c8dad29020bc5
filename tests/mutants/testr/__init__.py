"""What a backend of Testr can get wrong: a module for each group of rules."""
