package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// section is one kind of work in the document: a table, and a picture of its ratios.
type section struct {
	id    string // of the picture: docs/performance-id.svg
	title string
	text  string // what is compared, and what the sides do not do
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
		text: `May a user do an action to another user? The policy is Voximplant's table of roles by method. Every engine has it as
data, has one user a role, and is asked about every user and every action; all must answer alike. casbin runs a role
model, plainly and with its cache; cedar-go has a policy for each role and action; OPA runs a prepared Rego query over
its store, its input parsed before. A denial of roster's carries the rule and what would have allowed it, and costs an
allocation. What roster decides beyond the table (which users an actor may see, self rules, attributes) is not in the
questions, because not every peer could be asked it.`,
		peers: []peer{
			{name: "casbin, cached", metric: "casbin-cached-ns"}, {name: "casbin", metric: "casbin-ns"},
			{name: "cedar-go", metric: "cedar-ns"}, {name: "OPA", metric: "opa-ns", suite: "opa"},
		},
		lines: []line{{"allowed", "Permission/allowed"}, {"denied", "Permission/denied"}},
	},
	{
		id: "validation", title: "Validation", suite: "rules",
		text: `Is this value well formed? The regular expressions are those that stand in the rules as their specification, compiled
once, with the length checked first. validator has tags of its own for e-mail, telephone and most of a password, and
the same expressions registered as tags for the rest. A form is six fields, all problems reported at once; a bad one
has two. Of a problem roster gives the path, a code and its parameters, validator the field and the tag, the
expressions the name of the field. Values are such that all three judge alike.`,
		peers: []peer{{name: "regexp", metric: "regexp-ns"}, {name: "validator", metric: "validator-ns"}},
		lines: []line{
			{"login", "Validation/login"}, {"name", "Validation/name"}, {"e-mail", "Validation/email"},
			{"telephone", "Validation/phone"}, {"password", "Validation/password"}, {"a good form", "Validation/form-good"},
			{"a bad form", "Validation/form-bad"},
		},
	},
	{
		id: "users", title: "The directory in memory", suite: "memory", sized: true, peers: inMemory,
		text: `Forty attributes a user, found by id, login, e-mail, telephone and application. roster's side is the whole call of the
front door on ` + "`memstore`" + `, as a user whose roles are read and judged: it validates, checks the permission, keeps names
unique, writes the change into the history, gives a version and can be rolled back. The peers do the bare work:
go-memdb used plainly, rows in five indexes and pointers handed out; maps behind a mutex, one for each key; SQLite in
memory (modernc.org/sqlite), a column for each attribute, prepared statements. None of them asks who is asking, and
the maps cannot undo.

So a map is the floor: what it takes is memory itself, and a ratio below 1 beside it is the price of the rest. A
search is for a part of a name, which ten users have; the peers look at every user. A total is of the enabled agents
of one application; the peers use their index of applications. A page is twenty users of an application.`,
		lines: []line{
			{"get by id", "get"}, {"change one attribute", "patch"}, {"create", "create"}, {"a page of a list", "page"},
			{"search a part of a name", "search"}, {"a filtered total", "count"},
		},
	},
	{
		id: "money", title: "Money in memory", suite: "memory", sized: true, peers: inMemory,
		text: `A transfer from the account to its users, through the front door: judged, planned in exact decimals, recorded with the
balances after it, in the change feed, reversible. go-memdb writes the bare balances, one narrow row a holder; the
maps keep balances and append to a journal; SQLite keeps balances, transfers and postings in one transaction. None of
the peers has idempotency keys, descriptions or a history here. A test compares the balances.`,
		lines: []line{{"transfer to one user", "transfer/payees=1"}, {"transfer to 1,000 users", "transfer/payees=1000"}},
	},
	{
		id: "postgres", title: "Money on PostgreSQL", suite: "postgres", rates: true,
		text: `One server for all, which waits for the disk at each commit (fsync and synchronous_commit on, shared_buffers 256 MB),
on the same machine as its clients. Each transfer has an idempotency key of its own and goes to one of 50 users;
roster's goes through the front door, as a user who is read and judged. By hand with pgx: tables for balances,
transfers and postings, once as a transaction of plain statements, once as a single statement, fewer than which nobody
can send. pgbench runs its TPC-B-like script, prepared, scale 50: not the same work, but what people know a server by.
The money is counted afterwards on both sides.`,
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

// sizes returns the sizes of the accounts that were measured, in ascending order.
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

// rows returns the lines of the section. If the section is measured at several sizes of the
// account, it returns each line once for each of the sizes, with the size in the name of the
// benchmark. Otherwise it ignores sizes.
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
// how many times as fast roster is. ok is false if one of the two figures was not measured.
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
