"""The demo stories: each drives the playground from outside and reads as the story it tells."""
