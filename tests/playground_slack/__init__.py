"""The Slack double judged by Slack's own SDKs over real HTTP."""
