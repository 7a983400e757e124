"""What to do when a notebook is red: nbval says what differs, and this what helps."""


def pytest_terminal_summary(terminalreporter):
    red = [report.nodeid for report in terminalreporter.stats.get("failed", [])]
    if any(".ipynb::" in nodeid for nodeid in red):
        terminalreporter.section("a notebook gave another output than it stores")
        terminalreporter.line("If the new one is right, `make notebooks` stores it.")
        terminalreporter.line("If not, mend the cell or rnn_helpers.py.")
