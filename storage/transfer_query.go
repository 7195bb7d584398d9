package storage

import (
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// TransferQuery says which transfers are wanted and in which order. The zero TransferQuery wants
// all transfers, the oldest first. Match and Beyond define what a query means. A storage finds the
// transfers of a user by an index, and those of a kind too, unless the kind is Transferring, which
// nearly all transfers are of.
//
// A transfer must pass every filter that is given.
type TransferQuery struct {
	UserID user.ID        // the user paid or received something; 0: all
	Kinds  []balance.Kind // of any of these kinds; nil: all, empty: none

	Newest bool               // the newest transfer first, else the oldest
	After  balance.TransferID // only transfers behind this one in the order; 0: from the start
	Limit  int                // at most so many; 0 is MaxPage
}

// Check returns nil for a query that a storage can answer. Errors: ErrInvalid for a limit below 0
// or above MaxPage, and for a UserID below 0.
func (q *TransferQuery) Check() error {
	if _, err := PageLimit(q.Limit); err != nil {
		return err
	}
	if q.UserID < 0 {
		return fmt.Errorf("transfers of user %d: %w", q.UserID, ErrInvalid)
	}
	return nil
}

// Match reports whether t passes every filter of the query. Order, After and Limit do not matter.
func (q *TransferQuery) Match(t balance.Transfer) bool {
	return among(q.Kinds, t.Kind) && (q.UserID == 0 || slices.ContainsFunc(t.Postings, func(p balance.Posting) bool {
		h := balance.HolderOf(q.UserID)
		return p.From == h || p.To == h
	}))
}

// Beyond reports whether a transfer with the id is behind After, so that it may be in the answer.
func (q *TransferQuery) Beyond(id balance.TransferID) bool {
	if q.Newest {
		return q.After == 0 || id < q.After
	}
	return id > q.After
}
