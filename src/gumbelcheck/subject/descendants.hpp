#pragma once

// Processes that a program started, however far they went: into a session of their own, and to another parent.

#include <string>

namespace gumbelcheck::subject {

// A variable for the environment of one program, "NAME=1", that no other program of this machine has: what it starts
// inherits it.
std::string new_mark();

// rule  kills every process whose first environment holds the mark, and waits, a second at most, until there is none
//       left. System calls only, so that a copy of a program with many threads may call it. A process that was started
//       with another environment, or that this user may not look into, escapes
void end_marked(const char* mark);

}  // namespace gumbelcheck::subject
