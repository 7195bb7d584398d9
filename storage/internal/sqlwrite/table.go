package sqlwrite

import (
	"strconv"
	"strings"
)

// Table is a table whose rows belong to accounts.
type Table uint8

// The tables, apart from roster_accounts. A table comes behind those that it refers to. UserTexts
// is that of PostgreSQL.
const (
	Sequences Table = iota
	Users
	UniqueKeys
	SharedKeys
	UserSets
	UserCustom
	UserTexts
	Secrets
	References
	Balances
	Postings
	Reversals
	Changes
	Compactions
	Deliveries
	DeadLetters
	NumTables
)

type table struct {
	name    string
	columns []column // without the account
	key     int      // so many of the first columns identify a row of an account
	onKey   string   // what an INSERT does if there is a row with the key
	one     string   // Insert of one row without types
}

// column has a name, and a type as PostgreSQL calls it.
type column struct{ name, kind string }

// What an INSERT does if there is a row with the key.
const (
	fails   = ""
	stays   = "ON CONFLICT DO NOTHING"
	changes = "ON CONFLICT (account%s) DO UPDATE SET "
)

var tables = [NumTables]table{
	Sequences: newTable("sequences", 1, changes, "name text, last bigint"),
	Users: newTable("users", 1, changes, `id bigint, version bigint, login text, display_name text, email text, phone text, kind text,
		api_user boolean, roles text[], status text, enabled boolean, parent_accounting boolean, created_at timestamptz,
		updated_at timestamptz, deleted_at timestamptz, attributes jsonb, login_key text, display_key text`),
	UniqueKeys: newTable("unique_keys", 2, changes, "kind text, value text, user_id bigint"),
	SharedKeys: newTable("shared_keys", 3, stays, "kind text, value text, user_id bigint"),
	UserSets:   newTable("user_sets", 3, stays, "name text, value bigint, user_id bigint"),
	UserCustom: newTable("user_custom", 3, stays, "name text, value text, user_id bigint"),
	UserTexts:  newTable("user_texts", 1, changes, "user_id bigint, folded text, grams bigint[]"),
	Secrets:    newTable("secrets", 1, changes, "user_id bigint, secret jsonb"),
	References: newTable("refs", 2, changes, "kind text, id bigint, name text, version bigint, attributes jsonb"),
	Balances:   newTable("balances", 1, changes, "holder bigint, units bigint"),
	Postings: newTable("postings", 0, fails, `transfer bigint, position bigint, payer bigint, payee bigint, amount bigint,
		payer_after bigint, payee_after bigint, login text, at timestamptz, kind text, actor bigint, reason text, key text, currency text,
		requested bigint, requested_currency text, strict boolean, account_description text, user_description text, users text,
		details jsonb, revision bigint, change_position bigint`),
	Reversals:   newTable("reversals", 0, fails, "reversed bigint, reversal bigint"),
	Changes:     newTable("changes", 0, fails, changeColumns),
	Compactions: newTable("compactions", 0, changes, "revision bigint, position bigint"),
	Deliveries:  newTable("deliveries", 1, changes, "name text, revision bigint, position bigint, holder text, until timestamptz"),
	DeadLetters: newTable("dead_letters", 3, changes, "name text, "+changeColumns+
		", attempts bigint, error text, failed_at timestamptz"),
}

const changeColumns = `revision bigint, position bigint, at timestamptz, type text, actor bigint, user_id bigint, reason text,
	created jsonb, diff jsonb, reference_kind text, reference_id bigint, transfer bigint, money json, detail text`

func newTable(name string, key int, onKey, columns string) table {
	t := table{name: "roster_" + name, key: key, onKey: onKey}
	for text := range strings.SplitSeq(columns, ",") {
		words := strings.Fields(text)
		t.columns = append(t.columns, column{words[0], words[1]})
	}
	if onKey == changes {
		t.onKey = t.update()
	}
	t.one = t.insert(1, false)
	return t
}

// update returns the ON CONFLICT clause with which an INSERT into t replaces the columns of a row
// with the same account and key.
func (t *table) update() string {
	var names string
	var set []string
	for i, c := range t.columns {
		if i < t.key {
			names += ", " + c.name
		} else {
			set = append(set, c.name+" = excluded."+c.name)
		}
	}
	return strings.Replace(changes, "%s", names, 1) + strings.Join(set, ", ")
}

// Name returns the table's name.
func (t Table) Name() string { return tables[t].name }

// Columns returns the names of the table's columns in their order, without the first column,
// account.
func (t Table) Columns() []string {
	var names []string
	for _, c := range tables[t].columns {
		names = append(names, c.name)
	}
	return names
}

// Key returns the values of a row, or of a key, that identify the row in an account.
func (t Table) Key(row []any) []any { return row[:tables[t].key] }

// Appends reports whether rows are only added: one with the key of another is an error.
func (t Table) Appends() bool { return tables[t].onKey == fails }

// Insert returns the statement that writes rows. Its arguments are the account, and a value for
// each column of each row. typed says that each argument is given its column's type.
func (t Table) Insert(rows int, typed bool) string {
	if rows == 1 && !typed {
		return tables[t].one
	}
	return tables[t].insert(rows, typed)
}

func (t *table) insert(rows int, typed bool) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + t.name + " (account")
	for _, c := range t.columns {
		b.WriteString(", " + c.name)
	}
	b.WriteString(") VALUES ")
	n := 1
	for r := range rows {
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteString("($1")
		if typed {
			b.WriteString("::text")
		}
		for _, c := range t.columns {
			n++
			b.WriteString(", $" + strconv.Itoa(n))
			if typed {
				b.WriteString("::" + c.kind)
			}
		}
		b.WriteString(")")
	}
	b.WriteString(" " + t.onKey)
	return b.String()
}

// Delete returns the statement that deletes the row of t with a given key. Its arguments are the
// account and the values of Key. For a table without key columns, the statement deletes all rows of
// the account.
func (t Table) Delete() string {
	sql := "DELETE FROM " + t.Name() + " WHERE account = $1"
	for i, c := range tables[t].columns[:tables[t].key] {
		sql += " AND " + c.name + " = $" + strconv.Itoa(i+2)
	}
	return sql
}

// Deletions returns the statements that delete the rows of an account from all tables except
// roster_accounts, Sequences and Compactions. A table comes before those to which it refers.
func Deletions() []string {
	var list []string
	for t := NumTables; t > 0; t-- {
		if t-1 != Sequences && t-1 != Compactions {
			list = append(list, "DELETE FROM "+(t-1).Name()+" WHERE account = $1")
		}
	}
	return list
}
