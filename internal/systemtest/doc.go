// Package systemtest contains the tests of roster as a whole. Each package below it tests the front
// door over every storage in another way:
//
//   - model compares it with a simple reference implementation, one random call after another;
//   - differential compares the storages with each other;
//   - history records concurrent callers, also under faults and restarts, and checks that the
//     results are linearizable;
//   - lists compares lists with single reads, for random policies, users and queries.
//
// Package engine opens the storages.
//
// It is a module of its own, so that users of roster do not download what only these tests need.
// Other modules cannot import it.
package systemtest
