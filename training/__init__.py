"""How the built-in model was made: data readers, teacher, nets, export, evaluation and the model card."""
