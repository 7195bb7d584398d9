// Package lists tests that a list returns exactly what single reads return. For random policies,
// users and queries it compares List, Count, All, DeleteAll, transfers to all users, balances and
// views with Get and its neighbors.
//
// It contains only tests.
package lists
