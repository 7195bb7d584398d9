package sqlread

import (
	"context"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

const (
	selectDeliveries = "SELECT name, revision, position, holder, until FROM roster_deliveries WHERE account = $1 AND name "
	selectLetters    = "SELECT " + changeColumns + `, attempts, error, failed_at FROM roster_dead_letters
		WHERE account = $1 AND name = $2 AND (revision, position) > ($3, $4) ORDER BY revision, position LIMIT $5`
)

func scanDelivery(row Row) (storage.Delivery, error) {
	var d storage.Delivery
	var revision, position int64
	var until *time.Time
	err := row.Scan(&d.Name, &revision, &position, &d.Holder, &until)
	d.Position = storage.ChangeID{Revision: user.Revision(revision), Index: int(position)}
	d.Until = user.NormalizeTime(record.OrZero(until))
	return d, err
}

func scanLetter(row Row) (storage.DeadLetter, error) {
	var l storage.DeadLetter
	var attempts int64
	var at *time.Time
	var err error
	l.Change, err = record.ScanChange(row, &attempts, &l.Error, &at)
	l.Attempts, l.At = int(attempts), user.NormalizeTime(record.OrZero(at))
	return l, err
}

// Delivery implements storage.Reader.
func (r *Reader) Delivery(ctx context.Context, name string) (storage.Delivery, error) {
	return lookup(ctx, r, scanDelivery, selectDeliveries+"= $2", r.account, name)
}

// Deliveries implements storage.Reader.
func (r *Reader) Deliveries(ctx context.Context, after string, limit int) ([]storage.Delivery, error) {
	return Page(ctx, r, limit, scanDelivery, selectDeliveries+"> $2 ORDER BY name LIMIT $3", r.account, after)
}

// DeadLetters implements storage.Reader.
func (r *Reader) DeadLetters(
	ctx context.Context, name string, after storage.ChangeID, limit int,
) ([]storage.DeadLetter, error) {
	return Page(ctx, r, limit, scanLetter, selectLetters, r.account, name, Signed(after.Revision), int64(after.Index))
}
