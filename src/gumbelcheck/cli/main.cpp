#include "gumbelcheck/cli/program.hpp"

int main(int argc, char** argv) { return gumbelcheck::cli::run_program({argv + 1, argv + argc}); }
