package memstore

import (
	"strings"

	"github.com/ca74b63c/roster/user"
)

// textsOf returns pointers to the texts of a user, without those in lists.
func textsOf(u *user.User) [20]*string {
	return [...]*string{
		&u.Identity.Login, &u.Identity.PID, &u.Identity.EmployeeID, &u.Identity.Description, &u.Identity.CustomData,
		&u.Names.First, &u.Names.Last, &u.Names.Full, &u.Names.Display,
		&u.Contact.Email, &u.Contact.Phone, &u.Contact.Mobile, &u.Contact.Language, &u.Contact.DateFormat,
		&u.Contact.PictureID, &u.Contact.PictureURL, &u.Contact.BackgroundURI, &u.Contact.MobileApp,
		&u.Access.AllowedAppKeys, &u.Access.OAuth2ClientID,
	}
}

// packTexts copies the texts of u into one string, and replaces each text by a part of this string.
// The values of the texts stay the same. So the garbage collector visits one string for a user
// instead of twenty, and no text keeps the memory of the request that contained the text.
func packTexts(u *user.User) {
	texts := textsOf(u)
	size := 0
	for _, text := range texts {
		size += len(*text)
	}
	var b strings.Builder
	b.Grow(size)
	for _, text := range texts {
		b.WriteString(*text)
	}
	rest := b.String()
	for _, text := range texts {
		n := len(*text)
		*text, rest = rest[:n], rest[n:]
	}
}
