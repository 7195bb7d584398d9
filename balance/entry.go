package balance

import (
	"iter"
	"time"
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
