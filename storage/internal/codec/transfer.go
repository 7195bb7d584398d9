package codec

import "github.com/ca74b63c/roster/balance"

// AppendTransfer appends a transfer without its postings as a record: what all its postings share.
func AppendTransfer(b []byte, t balance.Transfer) []byte { return encode(b, &t, walkTransfer) }

// DecodeTransfer reads what AppendTransfer wrote. Errors: ErrMalformed.
func DecodeTransfer(b []byte) (balance.Transfer, error) { return decode(b, walkTransfer) }

func walkTransfer(f *fields, t *balance.Transfer) {
	unsigned(f, 1, "id", &t.ID)
	named(f, 2, "kind", &t.Kind)
	instant(f, 3, "at", &t.At)
	signed(f, 4, "actor", &t.Actor)
	text(f, 5, "reason", &t.Reason)
	text(f, 6, "currency", &t.Currency)
	walkMoney(f, 7, "requested", &t.Requested)
	text(f, 9, "rate", &t.Rate)
	flag(f, 10, "strict", &t.Strict)
	text(f, 11, "key", &t.Key)
	fingerprint(f, 12, "users", &t.Users)
	unsigned(f, 13, "reverses", &t.Reverses)
	text(f, 14, "accountText", &t.AccountText)
	text(f, 15, "userText", &t.UserText)
	slice(f, 16, "skipped", &t.Skipped, func(f *fields, s *balance.Skip) {
		signed(f, 1, "user", &s.User)
		named(f, 2, "reason", &s.Reason)
	})
}

// walkMoney is two fields: the amount, and the currency one number behind it.
func walkMoney(f *fields, number uint64, name string, m *balance.Money) {
	units, currency := m.Units(), m.Currency()
	signed(f, number, name, &units)
	text(f, number+1, name+"Currency", &currency)
	if !f.reading || currency == "" && units == 0 {
		return
	}
	var err error
	if *m, err = balance.FromUnits(units, currency); err != nil {
		f.fail("money")
	}
}

func fingerprint(f *fields, number uint64, name string, v *balance.Fingerprint) {
	s := ""
	if *v != (balance.Fingerprint{}) {
		s = string(v[:])
	}
	text(f, number, name, &s)
	if !f.reading || s == "" {
		return
	}
	if copy(v[:], s); len(s) != len(v) {
		f.fail("fingerprint")
	}
}

// AppendPostings appends postings as one record, in their order.
func AppendPostings(b []byte, postings []balance.Posting) []byte {
	return encode(b, &postings, walkPostings)
}

// DecodePostings reads what AppendPostings wrote. Errors: ErrMalformed.
func DecodePostings(b []byte) ([]balance.Posting, error) { return decode(b, walkPostings) }

func walkPostings(f *fields, postings *[]balance.Posting) {
	slice(f, 1, "postings", postings, func(f *fields, p *balance.Posting) {
		signed(f, 1, "from", &p.From)
		signed(f, 2, "to", &p.To)
		signed(f, 3, "amount", &p.Amount)
		signed(f, 4, "fromAfter", &p.FromAfter)
		signed(f, 5, "toAfter", &p.ToAfter)
		text(f, 6, "name", &p.Name)
	})
}
