"""The Slack adapter: payloads become presses, answers and cards become Block Kit; wired by `adapter.create_slack`."""
