package sqlread

import (
	"strings"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// UserColumns are the columns that ScanUser reads. The table or query must be named u.
const UserColumns = `u.id, u.version, u.login, u.display_name, u.email, u.phone, u.kind, u.api_user, u.roles, u.status,
	u.enabled, u.parent_accounting, u.created_at, u.updated_at, u.deleted_at, u.attributes`

// ScanUser is record.ScanUser. The first columns of the row must be UserColumns.
func ScanUser(row Row, more ...any) (user.User, error) { return record.ScanUser(row, more...) }

func scanUser(row Row) (user.User, error) { return ScanUser(row) }

// referenceColumns are the columns that record.ScanReference reads.
const referenceColumns = "kind, id, name, version, attributes"

func scanSecret(row Row) (user.Secret, error) {
	var b []byte
	if err := row.Scan(&b); err != nil {
		return user.Secret{}, err
	}
	return user.UnmarshalSecret(b)
}

// changeColumns are the columns that record.ScanChange reads.
const changeColumns = `revision, position, at, type, actor, user_id, reason, created, diff, reference_kind, reference_id,
	transfer, money, detail`

func scanChange(row Row) (storage.Change, error) { return record.ScanChange(row) }

// headColumns are the columns that a record.Head reads, lineColumns those that a lineRow reads.
const (
	headColumns = "transfer, at, kind, actor, reason, key, currency, requested, requested_currency, strict, account_description, " +
		"user_description, users, details"
	lineColumns = "payer, payee, amount, payer_after, payee_after, login"
)

// of puts the name of a table before each of the columns.
func of(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}

// lineRow receives the columns of one posting. A transfer without postings has one row, whose
// amount is NULL.
type lineRow struct {
	balance.Posting
	amount *int64
}

func (l *lineRow) fields() []any {
	return []any{(*int64)(&l.From), (*int64)(&l.To), &l.amount, (*int64)(&l.FromAfter), (*int64)(&l.ToAfter), &l.Name}
}

func (l *lineRow) posting() balance.Posting {
	l.Amount = balance.Units(record.OrZero(l.amount))
	return l.Posting
}
