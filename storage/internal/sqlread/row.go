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

// scanChange reads storedColumns of roster_changes, or paymentColumns of a posting that stands for
// a change. They are changeColumns, and then the payer, the payee, the amount and the currency of
// such a posting.
const (
	storedColumns = changeColumns + `, CAST(NULL AS bigint) AS payer, CAST(NULL AS bigint) AS payee,
		CAST(NULL AS bigint) AS amount, CAST(NULL AS text) AS currency`
	paymentColumns = `revision, change_position, at, kind, actor, CAST(NULL AS bigint), reason, CAST(NULL AS jsonb),
		CAST(NULL AS jsonb), CAST(NULL AS text), CAST(NULL AS bigint), transfer, CAST(NULL AS json), CAST(NULL AS text),
		payer, payee, amount, currency`
)

// scanChange converts a row to a change. The row is one of roster_changes (storedColumns) or a
// posting that stands for a change (paymentColumns). Errors: those of record.ScanChange; for a
// posting, also those of storage.ChangeOf.
func scanChange(row Row) (storage.Change, error) {
	var payer, payee, amount *int64
	var currency *string
	c, err := record.ScanChange(row, &payer, &payee, &amount, &currency)
	if err != nil || amount == nil {
		return c, err
	}
	p := balance.Posting{From: balance.Holder(*payer), To: balance.Holder(*payee), Amount: balance.Units(*amount)}
	payment, err := storage.ChangeOf(balance.Transfer{
		ID: c.TransferID, At: c.At, Actor: c.Actor, Reason: c.Reason,
		Currency: balance.Currency(record.OrZero(currency)), Postings: []balance.Posting{p},
	})
	payment.ID = c.ID
	return payment, err
}

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
