package pgstore

import (
	"strconv"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/facet"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// pending is what a transaction wrote that the engine has not been told yet: for each row what it
// shall be in the end. It goes to the engine in one round trip, a statement a table. Nothing in it
// can be refused but by an error of this package's own, or for an idempotency key that was assumed
// to be new (assume.go): every other rule was checked when the Writer's method was called.
type pending struct {
	settings  *settings // nil: unchanged
	config    bool      // a user has a greater ConfigVersion than any before
	users     lazy[user.ID, record.User]
	owners    lazy[user.Key, user.ID] // of unique keys; 0: no user any more
	claims    lazy[claim, bool]       // of shared keys; false: not any more
	members   lazy[membership, bool]
	custom    lazy[customValue, bool] // false: not any more
	texts     lazy[user.ID, string]
	secrets   lazy[user.ID, []byte] // nil: none any more
	balances  lazy[balance.Holder, move]
	sequences lazy[storage.Sequence, int64]
	postings  []postingRow
	changes   []record.Change

	byKey      lazy[string, int64] // the ids of transfers, by idempotency key and by what they reverse
	byReversal lazy[int64, int64]
}

type claim struct {
	key  user.Key
	user user.ID
}

type membership struct {
	facet.Member
	user user.ID
}

// customValue is a value of a custom attribute of a user.
type customValue struct {
	name, value string
	user        user.ID
}

// move is what became of a holder's balance.
type move struct{ had, has held }

// postingRow is a posting. The first one of a transfer has what is the transfer's own. A transfer
// without postings has one of no amount.
type postingRow struct {
	transfer, position int64
	balance.Posting
	head *record.Transfer // nil: not the first one
}

// own returns what is the transfer's own, nothing for another posting than the first one.
func (r *postingRow) own() *record.Transfer {
	if r.head == nil {
		return &notFirst
	}
	return r.head
}

var notFirst record.Transfer

// strict returns "true", "false", or "" for another posting than the first one.
func (r *postingRow) strict() string {
	if r.head == nil {
		return ""
	}
	return strconv.FormatBool(r.head.Strict)
}

func (p *pending) empty() bool {
	return p.settings == nil && len(p.users)+len(p.owners)+len(p.claims)+len(p.members)+len(p.custom)+len(p.texts)+len(p.secrets)+
		len(p.balances)+len(p.sequences)+len(p.postings)+len(p.changes) == 0
}

// nothing reports whether nothing was ever written to it.
func (p *pending) nothing() bool { return p.empty() && len(p.byKey)+len(p.byReversal) == 0 }

// moves reports whether the account's own row is another one after it, apart from its revision.
func (p *pending) moves() bool {
	_, units := p.balances[balance.Account]
	return units || p.config || p.settings != nil
}

// add adds what was written after it.
func (p *pending) add(later *pending) {
	if later.settings != nil {
		p.settings = later.settings
	}
	p.config = p.config || later.config
	p.users.overlay(later.users)
	p.owners.overlay(later.owners)
	p.claims.overlay(later.claims)
	p.members.overlay(later.members)
	p.custom.overlay(later.custom)
	p.texts.overlay(later.texts)
	p.secrets.overlay(later.secrets)
	p.sequences.overlay(later.sequences)
	for h, m := range later.balances {
		p.move(h, m.had, m.has)
	}
	p.byKey.overlay(later.byKey)
	p.byReversal.overlay(later.byReversal)
	p.postings = append(p.postings, later.postings...)
	p.changes = append(p.changes, later.changes...)
}

func (p *pending) move(h balance.Holder, had, has held) {
	if m, ok := p.balances[h]; ok {
		had = m.had
	}
	p.balances.set(h, move{had, has})
}
