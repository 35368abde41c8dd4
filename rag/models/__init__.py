"""What is loaded: embedders, language models, rerankers. All heavy imports are lazy."""
