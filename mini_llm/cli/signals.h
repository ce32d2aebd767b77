#pragma once

namespace cli {

/// Prepares the program for what the system may send it:
///  - Ctrl-C sets a flag, see interrupted(); a second one ends the program at once.
///  - A closed pipe becomes an error of the write (cli::ReaderGone), and so does a file that would become
///  larger
///    than the system lets it.
///  - A model file that became shorter while it is mapped ends the program with a message and exit status 1:
///    reading a page that is gone cannot be continued.
void install_signal_handlers();

/// Whether Ctrl-C was pressed, or the program was told to end.
bool interrupted();

/// Whether the program was told to end (SIGTERM): for a program that goes on after Ctrl-C.
bool terminated();

/// Takes note of Ctrl-C: the next one sets the flag again.
void clear_interrupt();

}  // namespace cli
