// Package systemtest holds what proves the whole of roster rather than one part of it. Each
// package below it tries the front door over every storage in another way:
//
//   - model compares it with a plain reference model, one random operation after another;
//   - differential compares the storages with each other;
//   - history records concurrent callers and checks that what they were told can be put in one
//     order;
//   - lists compares lists with single reads, for random policies, users and queries;
//   - soak keeps a load up for an hour, with faults and restarts, and looks whether anything was
//     lost.
//
// Package faulty has the storages that misbehave, for these to bear or to notice. Package engine
// opens those that do not.
//
// It is a module of its own, so that nobody who imports roster downloads what only these tests
// need. Nothing of it can be imported from outside.
package systemtest
