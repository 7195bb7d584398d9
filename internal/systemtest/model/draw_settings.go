package model

import (
	"context"
	"fmt"

	"pgregory.net/rapid"
)

func drawAccount(t *rapid.T, m *Model) Op {
	a := Record{"currency": one(t, "currency", "USD", "USD", "EUR", "JPY")}
	for _, v := range []struct {
		name string
		list []string
	}{
		{"overdraft", []string{"", "100000"}}, {"hold", []string{"", "1m0s", "1h0m0s", "never"}},
		{"reservationTime", []string{"", "1m0s"}}, {"maxUsers", []string{"", "", "4", "6"}}, {"name", []string{"", "Acme"}},
		{"customAttributes", schemas},
	} {
		a.set(v.name, one(t, v.name, v.list...))
	}
	how := how(t, m, atoi(m.account[".version"]))
	if m.account == nil || sometimes(t, "create", 10) {
		return createAccount(a, how)
	}
	return updateAccount(a, how)
}

// schemas are the custom attributes that an account may have. Each takes something back that others
// give.
var schemas = []string{
	"", "site:choice:Berlin|Oslo n:number:0|9 vip:boolean", "site:choice:Berlin|Oslo n:number:0|9 vip:boolean",
	"site:choice:Oslo|Riga n:number:0|9", "n:number:2|9 site:choice:Berlin|Oslo!", "site:string:4 n:number:0|3",
	"vip:boolean n:boolean site:choice:Berlin|Oslo|Riga", "vip:boolean! site:choice:Berlin|Oslo n:number:0|9",
}

func updateAccount(a Record, how How) Op {
	return Op{
		fmt.Sprint("UpdateAccount ", a, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			b, err := f.host().UpdateAccount(ctx, accountOf(a), how.common()...)
			return showAccount(b), err
		},
		func(m *Model) (any, error) { return m.updateAccount(a, how) },
	}
}

func createAccount(a Record, how How) Op {
	return Op{
		fmt.Sprint("CreateAccount ", a, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			b, err := f.host().CreateAccount(ctx, accountOf(a), how.common()...)
			return showAccount(b), err
		},
		func(m *Model) (any, error) { return m.createAccount(a, how) },
	}
}

func drawDeleteAccount(t *rapid.T, _ *Model) Op {
	how := How{As: one(t, "as", 0, 0, 4, 9)}
	return Op{
		fmt.Sprint("DeleteAccount ", how),
		func(ctx context.Context, f *Front) (any, error) { return nil, f.as(how).DeleteAccount(ctx) },
		func(m *Model) (any, error) { return nil, m.deleteAccount(how) },
	}
}

func putReference(kind string, id int, name, gives string, how How) Op {
	return Op{
		fmt.Sprintf("PutReference %s %d name=%q gives=%q%s", kind, id, name, gives, how),
		func(ctx context.Context, f *Front) (any, error) {
			ref, err := f.host().PutReference(ctx, referenceOf(kind, id, name, gives), how.common()...)
			return showReference(ref), err
		},
		func(m *Model) (any, error) { return m.putReference(kind, id, name, gives, how) },
	}
}

func drawReference(t *rapid.T, m *Model) Op {
	kind, id, gives := one(t, "kind", kinds...), rapid.IntRange(0, 4).Draw(t, "id"), ""
	if kind == "profile" {
		gives = one(t, "gives", "agent", "agent_manager", "")
	}
	how := how(t, m, atoi(m.refs[kind+" "+itoa(id)][".version"]))
	return putReference(kind, id, one(t, "name", "first", "second", "third", "fourth"), gives, how)
}

func drawDeleteReference(t *rapid.T, m *Model) Op {
	kind, id := one(t, "kind", kinds...), rapid.IntRange(1, 4).Draw(t, "id")
	how := how(t, m, atoi(m.refs[kind+" "+itoa(id)][".version"]))
	return Op{
		fmt.Sprint("DeleteReference ", kind, " ", id, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			return nil, f.host().DeleteReference(ctx, referenceKinds[kind], int64(id), how.common()...)
		},
		func(m *Model) (any, error) { return nil, m.deleteReference(kind, id, how) },
	}
}
