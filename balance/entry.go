package balance

import (
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/user"
)

// Side is one of the two ends of a posting.
type Side uint8

const (
	// Debit is the side of the payer: Posting.From.
	Debit Side = iota
	// Credit is the side of the payee: Posting.To.
	Credit
)

// Entry is one line of the statement of a holder: a posting as that holder sees it.
type Entry struct {
	Transfer TransferID
	// Index is the position of the posting in the transfer, from 0. Transfer and Index order a
	// statement.
	Index    int
	Kind     Kind
	Reverses TransferID
	At       time.Time

	Holder, Counterpart Holder

	// Delta is the amount that the holder received, negative if the holder paid. After is the
	// balance of the holder right after the posting.
	Delta, After Units
	Currency     Currency

	// Description is Template with its macros expanded; see Describe.
	Description, Template string
}

// entryRecord is the JSON form of an entry.
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

// MarshalJSON encodes the entry, with the expanded description. Errors: as Transfer.MarshalJSON.
func (e Entry) MarshalJSON() ([]byte, error) {
	if !e.Delta.InRange() || !e.After.InRange() {
		return nil, ErrOverflow
	}
	return strictjson.Marshal(entryRecord{
		e.Transfer, e.Index, e.Kind, e.Reverses, e.At, e.Holder, e.Counterpart,
		recordOf(e.Delta, e.Currency), recordOf(e.After, e.Currency), e.Description,
	})
}

// WithoutName returns the entry with a description that lacks the login of the counterpart.
func (e Entry) WithoutName() Entry {
	e.Description = Describe(e.Template, e.Counterpart, "")
	return e
}

// Entry returns the entry of posting i for one side, and true. For the side Debit, this is the
// entry of the holder that pays. For Credit, this is the entry of the holder that receives. If
// there is no posting i, or side is another value, Entry returns the zero Entry and false.
//
// If the holder is a user, Template and Description are both UserDescription. Otherwise both are
// AccountDescription. If the counterpart is a user, the macros in this Description are expanded for
// that user.
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

// Entries yields the entries of one holder in the order of the postings: at most one for a user,
// one for each posting for the account. It reads every posting. A storage that knows the
// positions of a holder's postings calls Entry instead.
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

const (
	// MaxDescription is the greatest number of characters of a description before its macros are
	// expanded: "length should be less than 120" (Voximplant, errors 234 and 235).
	MaxDescription = 119
	maxKey         = 255
	maxReason      = 500
)

// The default descriptions, by payer. The first four are Voximplant's ("From user:
// ${user_name}/To user: ${user_name}" and "From account/To account").
const (
	accountPaysText     = "To user: ${user_name}"
	accountReceivesText = "From user: ${user_name}"
	userPaysText        = "To account"
	userReceivesText    = "From account"
	fundedText          = "Funds added"
	withdrawnText       = "Funds withdrawn"
)

// Describe returns template with its macros expanded for the user h. The id of h replaces
// ${user_id}. The parameter name, the login of h, replaces ${user_name}. Describe keeps any other
// ${…}, and does not expand macros inside name. If h is not a user, it returns template unchanged.
func Describe(template string, h Holder, name string) string {
	id, isUser := h.User()
	if !isUser || !strings.Contains(template, "${") {
		return template
	}
	return strings.NewReplacer("${user_id}", strconv.FormatInt(int64(id), 10), "${user_name}", name).Replace(template)
}

// check checks the time and the texts of a request. Errors: user.ErrTime; a *TextError for the
// first text that is too long, is not valid UTF-8, or has a control character.
func (h Header) check(accountText, userText string) error {
	if err := user.CheckTime(h.At); err != nil {
		return err
	}
	for _, t := range []struct {
		field, value string
		limit        int
	}{
		{"accountDescription", accountText, MaxDescription},
		{"userDescription", userText, MaxDescription},
		{"key", h.Key, maxKey},
		{"reason", h.Reason, maxReason},
	} {
		// Count bytes first: to count the characters of a mebibyte is slow.
		if len(t.value) > t.limit*utf8.UTFMax || utf8.RuneCountInString(t.value) > t.limit {
			return &TextError{Field: t.field, Limit: t.limit, TooLong: true}
		}
		if !utf8.ValidString(t.value) || strings.ContainsFunc(t.value, unicode.IsControl) {
			return &TextError{Field: t.field, Limit: t.limit}
		}
	}
	return nil
}
