package vendorhttp

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// SeedData is the initial data of a directory. It can be written as JSON.
type SeedData struct {
	Accounts []SeedAccount `json:"accounts"`
	Keys     []Key         `json:"keys,omitempty"`
}

// SeedAccount is an account with its data.
type SeedAccount struct {
	Settings   user.Account     `json:"settings"`
	Number     int64            `json:"number,omitempty"` // Voximplant account_id
	Email      string           `json:"email,omitempty"`  // Voximplant account_email
	Funds      string           `json:"funds,omitempty"`  // the balance of the account: "100.00"
	References []user.Reference `json:"references,omitempty"`
	Users      []SeedUser       `json:"users,omitempty"`
}

// SeedUser is a user with a password and a balance.
type SeedUser struct {
	User     user.User       `json:"user"`
	Password roster.Password `json:"password,omitzero"` // read, and never written
	Status   user.Status     `json:"status,omitempty"`
	Funds    string          `json:"funds,omitempty"` // the balance of the user, which comes out of the account's balance
}

// Seed writes the data into the directory dir and returns the credentials of the accounts and keys.
// It uses the public methods of the directory, so that all rules apply. The name of an account is
// its Settings.Name. After an error a part of the data may be written. Errors: those of the
// directory, with the place in the data; those of SeedData.Credentials.
func Seed(ctx context.Context, dir *roster.Directory, s SeedData) (*Credentials, error) {
	for i := range s.Accounts {
		if err := seedAccount(ctx, dir, &s.Accounts[i]); err != nil {
			return nil, fmt.Errorf("account %q: %w", s.Accounts[i].Settings.ID, err)
		}
	}
	return s.Credentials()
}

// Credentials returns the credentials of the accounts and the keys in s. It does not write to a
// directory; use it for a directory that already has the data. Errors: ErrKey, ErrPublicKey and
// ErrTaken, as AddKey and AddTenant return them. The text of the error contains the id of the
// account or the index of the key.
func (s SeedData) Credentials() (*Credentials, error) {
	realm := NewCredentials()
	for i := range s.Accounts {
		a := &s.Accounts[i]
		tenant := Tenant{ID: a.Settings.ID, Number: a.Number, Name: a.Settings.Name, Email: a.Email}
		if err := realm.AddTenant(tenant); err != nil {
			return nil, fmt.Errorf("account %q: %w", a.Settings.ID, err)
		}
	}
	for i, k := range s.Keys {
		if err := realm.AddKey(k); err != nil {
			return nil, fmt.Errorf("key %d: %w", i, err)
		}
	}
	return realm, nil
}

func seedAccount(ctx context.Context, dir *roster.Directory, a *SeedAccount) error {
	host := dir.As(a.Settings.ID, roster.SystemActor())
	if _, err := host.CreateAccount(ctx, a.Settings); err != nil {
		return err
	}
	currency := a.Settings.Currency
	if a.Funds != "" {
		amount, err := balance.Parse(a.Funds, currency)
		if err != nil {
			return err
		}
		if _, err := host.Fund(ctx, roster.FundParams{Amount: amount}); err != nil {
			return err
		}
	}
	for _, ref := range a.References {
		if _, err := host.PutReference(ctx, ref); err != nil {
			return fmt.Errorf("%s %d: %w", ref.Kind, ref.ID, err)
		}
	}
	for i := range a.Users {
		if err := seedUser(ctx, host, &a.Users[i], currency); err != nil {
			return fmt.Errorf("user %d: %w", i, err)
		}
	}
	return nil
}

func seedUser(ctx context.Context, host roster.Handle, u *SeedUser, currency string) error {
	created, err := host.Create(ctx, roster.CreateParams{User: u.User, Password: u.Password})
	if err != nil {
		return err
	}
	id := created.User.ID
	if u.Status != user.Offline {
		if _, err := host.SetStatus(ctx, id, u.Status, 0); err != nil {
			return err
		}
	}
	if u.Funds == "" {
		return nil
	}
	amount, err := balance.Parse(u.Funds, currency)
	if err != nil {
		return err
	}
	_, err = host.Transfer(ctx, roster.TransferParams{Users: []user.ID{id}, Amount: amount})
	return err
}
