package roster_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ca74b63c/roster"
)

// A page of a host checks a file, shows what it would do, and then writes it.
func ExampleHandle_Import() {
	ctx := context.Background()
	host := open(newDirectory())
	file := strings.NewReader("identity.login;contact.email;capacity.maxChats;access.granted\r\n" +
		"ann;ann@example.com;4.0;agent\r\n" +
		"bob;bob@;many;agent\r\n")

	report, err := host.Import(ctx, file, roster.ImportParams{}, roster.DryRun())
	fmt.Println(report.Created, report.Bad, roster.CodeOf(err))
	for _, p := range report.Problems {
		fmt.Println(p)
	}

	report, err = host.Import(ctx, file, roster.ImportParams{}) // a bad line: nothing is written
	var bad *roster.ImportError
	fmt.Println(report.Written, errors.As(err, &bad))
	for range 2 { // the second time nothing is left to do
		report, err = host.Import(ctx, file, roster.ImportParams{SkipBad: true})
		fmt.Println(report.Created, report.Unchanged, report.Bad, err)
	}
	// Output:
	// 1 1 invalid
	// line 3, capacity.maxChats: is not valid (allowed: a whole number)
	// line 3, contact.email: is not a valid e-mail address (allowed: text of at most 254 bytes)
	// 0 true
	// 1 0 1 <nil>
	// 0 1 1 <nil>
}

// The columns of a template.
func ExampleImportColumns() {
	host := open(newDirectory())
	account, err := host.Account(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range roster.ImportColumns(account.CustomAttributes)[:3] {
		fmt.Printf("%s: %s\n", c.Name, c.Allowed)
	}
	// Output:
	// identity.login: text of at most 254 bytes
	// identity.pid: text of at most 64 bytes
	// identity.employeeId: text of at most 255 characters
}
