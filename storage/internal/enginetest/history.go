package enginetest

import (
	"math"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// PrimaryKey stands for the primary key of a table in what HistoryPlans expects.
const PrimaryKey = "primary key"

// HistoryPlans calls check for each query to test: pages of changes, transfers and statements of
// the account "acme" that begin in the middle of 5,000 rows, with various filters. The function
// check gets the database plan of sql. It must fail the test if the plan does not use all of the
// given indexes, or if the plan sorts rows although maySort is false.
func HistoryPlans(d sqlread.Dialect, check func(name, sql string, args []any, maySort bool, indexes ...string)) {
	const half = 2500 // the pages begin in the middle of 5,000 rows
	changes := func(list ...storage.ChangeType) []storage.ChangeType { return list }
	kinds := func(list ...balance.Kind) []balance.Kind { return list }
	const byUser, byActor, byType = "roster_changes_of_user", "roster_changes_of_actor", "roster_changes_of_type"
	const byPayer, byPayee, byKind = "roster_postings_by_payer", "roster_postings_by_payee", "roster_postings_by_kind"
	const byRevision = "roster_postings_by_revision"
	for name, c := range map[string]struct {
		q       storage.ChangeQuery
		indexes []string
		sorts   bool
	}{
		"all":                   {storage.ChangeQuery{}, []string{PrimaryKey, byRevision}, true},
		"of a user":             {storage.ChangeQuery{UserID: 7}, []string{byUser, byPayee, byPayer, byRevision}, true},
		"of a user, by types":   {storage.ChangeQuery{UserID: 7, Types: changes(storage.UserUpdated, storage.UserErased)}, []string{byUser}, false},
		"of an actor":           {storage.ChangeQuery{Actor: 7}, []string{byActor, "roster_postings_by_actor"}, true},
		"of a rare type":        {storage.ChangeQuery{Types: changes(storage.UserErased)}, []string{byType}, false},
		"of a common type":      {storage.ChangeQuery{Types: changes(storage.UserUpdated)}, []string{byType}, false},
		"of transfers":          {storage.ChangeQuery{Types: changes(storage.MoneyTransferred)}, []string{PrimaryKey, byRevision}, true},
		"of a type that is not": {storage.ChangeQuery{Types: changes("no type")}, []string{byType}, false},
		"of two types":          {storage.ChangeQuery{Types: changes(storage.UserUpdated, storage.UserErased)}, []string{byType}, true},
	} {
		for _, c.q.Newest = range []bool{false, true} {
			c.q.After, c.q.Limit = storage.ChangeID{Revision: half}, 20
			sql, args := sqlread.ChangesQuery(d, account, &c.q)
			check(name, sql, args, c.sorts, c.indexes...)
		}
	}
	for name, c := range map[string]struct {
		q       storage.TransferQuery
		indexes []string
	}{
		"all transfers":        {storage.TransferQuery{}, []string{PrimaryKey}},
		"transfers of a user":  {storage.TransferQuery{UserID: 7}, []string{byPayer, byPayee}},
		"of a user and a kind": {storage.TransferQuery{UserID: 7, Kinds: kinds(balance.Transferring)}, []string{byPayer, byPayee}},
		"of a rare kind":       {storage.TransferQuery{Kinds: kinds(balance.Reversing)}, []string{byKind}},
		"of two kinds":         {storage.TransferQuery{Kinds: kinds(balance.Reversing, balance.Funding)}, []string{byKind}},
		"of the common kind":   {storage.TransferQuery{Kinds: kinds(balance.Transferring)}, []string{PrimaryKey}},
	} {
		for _, c.q.Newest = range []bool{false, true} {
			c.q.After, c.q.Limit = half, 20
			sql, args := sqlread.TransfersQuery(d, account, &c.q)
			check(name, sql, args, true, c.indexes...)
		}
	}
	before := storage.EntryID{Transfer: half, Index: math.MaxInt}
	sql, args := sqlread.StatementQuery(d, account, 7, before, 20)
	check("statement of a user", sql, args, true, byPayer, byPayee)
	sql, args = sqlread.StatementQuery(d, account, balance.Account, before, 20)
	check("statement of the account", sql, args, false, PrimaryKey)
}
