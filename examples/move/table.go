package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/ca74b63c/roster/storage/stream"
)

// shownAccounts is the number of accounts that the table lists.
const shownAccounts = 20

// printTable prints a table of the moved accounts to out: a row for each of the first shownAccounts
// accounts, the number of further accounts if there are any, and a last row with the totals of all
// accounts. It ignores write errors.
func printTable(out io.Writer, list []stream.Summary) {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "account\trevision\treference data\tusers\ttransfers\tchanges\tbalance\tusers have\tsha256\t")
	var all stream.Counts
	for i, s := range list {
		all.References, all.Users = all.References+s.Counts.References, all.Users+s.Counts.Users
		all.Transfers, all.Changes = all.Transfers+s.Counts.Transfers, all.Changes+s.Counts.Changes
		if i < shownAccounts {
			fmt.Fprintf(t, "%.30q\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%x\t\n", s.Account, s.Revision, s.Counts.References, s.Counts.Users,
				s.Counts.Transfers, s.Counts.Changes, s.Balance, s.Users, s.SHA256[:6])
		}
	}
	if more := len(list) - shownAccounts; more > 0 {
		fmt.Fprintf(t, "and %d more\t\t\t\t\t\t\t\t\t\n", more)
	}
	fmt.Fprintf(t, "%d in all\t\t%d\t%d\t%d\t%d\t\t\t\t\n", len(list), all.References, all.Users, all.Transfers, all.Changes)
	_ = t.Flush()
}
