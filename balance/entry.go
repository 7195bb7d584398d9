package balance

import (
	"iter"
	"time"

	"github.com/ca74b63c/roster/internal/strictjson"
)

// Side tells the two ends of a posting apart.
type Side uint8

const (
	// Debit is the side that pays: Posting.From.
	Debit Side = iota
	// Credit is the side that is paid: Posting.To.
	Credit
)

// Entry is a posting as one holder sees it: a line of the holder's statement.
type Entry struct {
	Transfer TransferID
	// Index is the posting's place in the transfer, from 0. Transfer and Index together order a
	// statement.
	Index    int
	Kind     Kind
	Reverses TransferID
	At       time.Time

	Holder, Counterpart Holder

	// Delta is what the holder gained, negative if the holder paid. After is the balance of the
	// holder right after that.
	Delta, After Units
	Currency     Currency

	// Description is Template, expanded; see Describe.
	Description, Template string
}

// entryRecord is an entry as JSON.
type entryRecord struct {
	Transfer    TransferID   `json:"transfer"`
	Index       int          `json:"index"`
	Kind        Kind         `json:"kind"`
	Reverses    TransferID   `json:"reverses,omitempty"`
	At          time.Time    `json:"at,omitzero"`
	Holder      Holder       `json:"holder"`
	Counterpart Holder       `json:"counterpart"`
	Delta       *moneyRecord `json:"delta"`
	After       *moneyRecord `json:"after"`
	Description string       `json:"description,omitempty"`
}

// MarshalJSON writes the entry as JSON, with the description expanded. Errors: as of
// Transfer.MarshalJSON.
func (e Entry) MarshalJSON() ([]byte, error) {
	if !e.Delta.InRange() || !e.After.InRange() {
		return nil, ErrOverflow
	}
	return strictjson.Marshal(entryRecord{
		e.Transfer, e.Index, e.Kind, e.Reverses, e.At, e.Holder, e.Counterpart,
		recordOf(e.Delta, e.Currency), recordOf(e.After, e.Currency), e.Description,
	})
}

// WithoutName returns the entry with the counterpart's login left out of its description.
func (e Entry) WithoutName() Entry {
	e.Description = Describe(e.Template, e.Counterpart, "")
	return e
}

// Entry returns the statement line of one side of posting i, and false when there is no such
// posting or side. The description is expanded here, so that 50,000 postings share one template.
func (t Transfer) Entry(i int, side Side) (Entry, bool) {
	if i < 0 || i >= len(t.Postings) || side > Credit {
		return Entry{}, false
	}
	p := t.Postings[i]
	e := Entry{
		Transfer: t.ID, Index: i, Kind: t.Kind, Reverses: t.Reverses, At: t.At, Currency: t.Currency,
		Holder: p.From, Counterpart: p.To, Delta: -p.Amount, After: p.FromAfter,
	}
	if side == Credit {
		e.Holder, e.Counterpart, e.Delta, e.After = p.To, p.From, p.Amount, p.ToAfter
	}
	if e.Holder > 0 {
		e.Template, e.Description = t.UserDescription, t.UserDescription
	} else {
		e.Template, e.Description = t.AccountDescription, Describe(t.AccountDescription, e.Counterpart, p.Name)
	}
	return e, true
}

// Entries yields the statement lines of one holder, in the order of the postings: one for a user
// who takes part, one a posting for the account. It looks at every posting; a store that keeps the
// places of a holder's postings calls Entry instead.
func (t Transfer) Entries(h Holder) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i, p := range t.Postings {
			for side, holder := range [2]Holder{Debit: p.From, Credit: p.To} {
				if holder != h {
					continue
				}
				if e, ok := t.Entry(i, Side(side)); ok && !yield(e) {
					return
				}
			}
		}
	}
}
