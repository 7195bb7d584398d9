package user

import "time"

// Account is a tenant's own settings. Its money is package balance's.
type Account struct {
	ID                   AccountID     `json:"id"`
	Version              Revision      `json:"version"` // the revision that last changed the settings
	Name                 string        `json:"name,omitempty"`
	Currency             string        `json:"currency"`                       // ISO 4217 code; fixed once money has moved
	Overdraft            int64         `json:"overdraft,omitempty"`            // how far the account's balance may go below zero, in 1/10000 of the currency's unit
	DefaultMaxAsyncChats int           `json:"defaultMaxAsyncChats,omitempty"` // inherited by users without a number of their own
	NameReuse            NameReuse     `json:"nameReuse,omitzero"`             // when a deleted user's names may be taken again
	ReservationTime      time.Duration `json:"reservationTime,omitempty"`      // how long a reserved chat slot is kept; 0: DefaultReservationTime
	MaxUsers             int           `json:"maxUsers,omitempty"`             // how many live users it may have; 0: no limit of its own
	Created              time.Time     `json:"created,omitzero"`
}

// DefaultReservationTime is how long a chat slot stays reserved where the account says nothing.
const DefaultReservationTime = 30 * time.Second

// Reservation returns how long a reserved slot is kept.
func (a Account) Reservation() time.Duration {
	if a.ReservationTime > 0 {
		return a.ReservationTime
	}
	return DefaultReservationTime
}
