"""Models of Amazon Bedrock (extra ``aws``): Nova, Marengo, Titan and Cohere, as `bedrock:ID`."""
