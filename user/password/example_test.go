package password_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/ca74b63c/roster/user/password"
)

func ExampleNew() {
	ctx := context.Background()
	hasher, err := password.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	hash, err := hasher.Hash(ctx, "tea without sugar")
	if err != nil {
		fmt.Println(err)
		return
	}
	ok, rehash, err := hasher.Verify(ctx, hash, "tea without sugar")
	fmt.Println(ok, rehash, err)
	ok, rehash, err = hasher.Verify(ctx, hash, "tea with sugar")
	fmt.Println(ok, rehash, err)
	// Output:
	// true false <nil>
	// false false <nil>
}

// A hash from an older system is verified, and replaced while the password is at hand.
func ExampleHasher_Verify() {
	ctx := context.Background()
	hasher, err := password.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	stored := "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
	ok, rehash, err := hasher.Verify(ctx, stored, "U*U")
	fmt.Println(ok, rehash, err)
	if rehash {
		stored, err = hasher.Hash(ctx, "U*U")
	}
	fmt.Println(stored[:30], err)
	// Output:
	// true true <nil>
	// $argon2id$v=19$m=19456,t=2,p=1 <nil>
}

func ExampleNIST() {
	list, err := password.ReadBlocklist(strings.NewReader("iloveroses\ncorrecthorse\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	policy := password.NIST(list)
	fmt.Println(policy.Check(password.Candidate{New: "CorrectHorse"}))
	fmt.Println(policy.Check(password.Candidate{New: "agent1-2026", Login: "agent1"}))
	fmt.Println(policy.Check(password.Candidate{New: "agent1 takes tea without sugar", Login: "agent1"}))
	// Output:
	// validate: /password: is on a list of common passwords
	// validate: /password: is too close to the user's login or name
	// <nil>
}

// Policies are values: All combines them, and a host's own rule is a Func beside them.
func ExampleAll() {
	policy := password.All(password.Memorized{MinChars: 15}, password.LivePerson(), password.History(5))
	fmt.Println(policy.Check(password.Candidate{New: "without sugar"}), policy.Remembers())
	// Output: validate: /password: is shorter than 15 characters 5
}
