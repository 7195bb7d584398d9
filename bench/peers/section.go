package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// section is one kind of work in the document: a table.
type section struct {
	id    string // by which the template names it
	title string
	suite string
	rates bool // figures are per second instead of nanoseconds: more is better
	sized bool // each line is measured at several sizes of the account
	peers []peer
	lines []line
}

// peer is what roster is compared with. It is a column of the table.
type peer struct {
	name   string
	metric string
	suite  string // if it is another one than the section's, it has a figure of roster's too
}

// line is a row: one benchmark.
type line struct{ what, benchmark string }

// inMemory lists the peers that keep data in memory.
var inMemory = []peer{
	{name: "go-memdb", metric: "memdb-ns"}, {name: "maps", metric: "map-ns"}, {name: "SQLite", metric: "sqlite-ns"},
}

var sections = []section{
	{
		id: "permission", title: "Permission", suite: "rules",
		peers: []peer{
			{name: "casbin, cached", metric: "casbin-cached-ns"}, {name: "casbin", metric: "casbin-ns"},
			{name: "cedar-go", metric: "cedar-ns"}, {name: "OPA", metric: "opa-ns", suite: "opa"},
		},
		lines: []line{{"allowed", "Permission/allowed"}, {"denied", "Permission/denied"}},
	},
	{
		id: "validation", title: "Validation", suite: "rules",
		peers: []peer{{name: "regexp", metric: "regexp-ns"}, {name: "validator", metric: "validator-ns"}},
		lines: []line{
			{"login", "Validation/login"}, {"name", "Validation/name"}, {"e-mail", "Validation/email"},
			{"telephone", "Validation/phone"}, {"password", "Validation/password"}, {"a good form", "Validation/form-good"},
			{"a bad form", "Validation/form-bad"},
		},
	},
	{
		id: "users", title: "The directory in memory", suite: "memory", sized: true, peers: inMemory,
		lines: []line{
			{"get by id", "get"}, {"change one attribute", "patch"}, {"create", "create"}, {"a page of a list", "page"},
			{"search a part of a name", "search"}, {"a filtered total", "count"},
		},
	},
	{
		id: "money", title: "Money in memory", suite: "memory", sized: true, peers: inMemory,
		lines: []line{{"transfer to one user", "transfer/payees=1"}, {"transfer to 1,000 users", "transfer/payees=1000"}},
	},
	{
		id: "postgres", title: "Money on PostgreSQL", suite: "postgres", rates: true,
		peers: []peer{
			{name: "pgx, in steps", metric: "pgx-steps/s"}, {name: "pgx, at once", metric: "pgx-once/s"},
			{name: "pgbench", metric: "pgbench/s"},
		},
		lines: []line{
			{"200 accounts, 8 clients", "Transfer/accounts=200/clients=8"},
			{"200 accounts, 32 clients", "Transfer/accounts=200/clients=32"},
			{"one account, 8 clients", "Transfer/accounts=1/clients=8"},
			{"one account, 32 clients", "Transfer/accounts=1/clients=32"},
		},
	},
}

// sizes returns the numbers of users of the accounts that were measured in memory, in ascending
// order.
func (r *record) sizes() (list []int) {
	for name := range r.Results["memory"] {
		rest, _ := strings.CutPrefix(name, "Peers/users=")
		digits, _, _ := strings.Cut(rest, "/")
		if n, err := strconv.Atoi(digits); err == nil && !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

// rows returns the rows of the section's table. A row is one benchmark. If the section is measured
// at several sizes of the account, rows returns each row once for each of the sizes, with the size
// in the name of the benchmark. Otherwise it ignores sizes.
func (s *section) rows(sizes []int) (rows []line) {
	if !s.sized {
		return s.lines
	}
	for _, l := range s.lines {
		for _, n := range sizes {
			rows = append(rows, line{l.what, at(n, l.benchmark)})
		}
	}
	return rows
}

// at returns the name of a benchmark at a size.
func at(size int, benchmark string) string { return fmt.Sprintf("Peers/users=%d/%s", size, benchmark) }

// comparison is one cell: both figures, and how many times as fast roster is.
type comparison struct{ ours, theirs, ratio float64 }

func (s *section) ourMetric() string {
	if s.rates {
		return "roster/s"
	}
	return "roster-ns"
}

// compare returns the figures of roster and of the peer p for the benchmark of the section s, and
// how many times as fast roster is. If p has a suite of its own, both figures are from that suite.
// ok is false if one of the two figures was not measured.
func (r *record) compare(s *section, p peer, benchmark string) (c comparison, ok bool) {
	suite := s.suite
	if p.suite != "" {
		suite = p.suite
	}
	ours, measured := r.figure(suite, benchmark, s.ourMetric())
	theirs, too := r.figure(suite, benchmark, p.metric)
	if !measured || !too {
		return comparison{}, false
	}
	if s.rates {
		return comparison{ours, theirs, ours / theirs}, true
	}
	return comparison{ours, theirs, theirs / ours}, true
}
