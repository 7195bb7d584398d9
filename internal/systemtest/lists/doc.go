// Package lists proves that a list returns exactly what single reads return: for random policies,
// users and queries the users of a list are those that Get returns, in order, whole pages, with
// right totals; so are Count, All, DeleteAll, transfers to all, what List.Funds says of each, and
// the views of each.
//
// All of it is tests.
package lists
