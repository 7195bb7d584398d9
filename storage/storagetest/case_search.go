package storagetest

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func searchCases() []Case {
	return []Case{
		{"Search/Folded", "parts of names are found after validate.Fold, so case does not matter", testSearchFolded},
		{"Search/Fields", "Query.Text looks in every text of SearchedTexts and in no other; LoginPart and DisplayPart in " +
			"their own", testSearchFields},
		{"Search/Hostile", "what is searched for is plain text: no character in it means anything but itself", testSearchHostile},
	}
}

// searches returns queries for a text in each of the three text filters.
func searches(text string) []storage.Query {
	return []storage.Query{{Text: text}, {LoginPart: text}, {DisplayPart: text}}
}

func testSearchFolded(t testing.TB, open Open) {
	h := start(t, open)
	var users []user.User
	for i, name := range []string{
		"Anna", "ANNA", "hannah", "Élodie", "E\u0301LODIE", "elodie", "Straße", "STRASSE", "İnci", "inci", "ınci", "ΣΊΣΥΦΟΣ", "σίσυφος",
		"Ｆｕｌｌ", "full", "ﬁne", "fine", "ǅ", "日本語", "x", "xy", "", " ",
	} {
		u := user.User{ID: user.ID(i + 1)}
		u.Names.Display = name
		u.Identity.Login = name
		for _, v := range users {
			if k := u.Keys()[user.KeyLogin]; k != "" && v.Keys()[user.KeyLogin] == k {
				u.Identity.Login = "" // it is another's
			}
		}
		users = append(users, u)
	}
	h.inserted(users)
	h.both(acme, func(x tx) {
		asked := make(map[string]bool)
		ask := func(needles ...string) {
			x.Helper()
			for _, needle := range needles {
				for _, q := range searches(needle) {
					if !asked[needle] {
						x.checkQuery(users, q)
					}
				}
				asked[needle] = true
			}
		}
		for _, u := range users {
			name := u.Names.Display
			ask(name, strings.ToUpper(name), strings.ToLower(name), strings.ToTitle(name))
			for i, r := range name {
				ask(string(r), name[i:])
			}
		}
	})
}

func testSearchFields(t testing.TB, open Open) {
	h := start(t, open)
	u := filled[user.User](1)
	u.ID = 1
	u.Lifecycle = user.Lifecycle{Created: moment(1)}
	u.Identity.Login, u.Identity.PID, u.Identity.EmployeeID = "inlogin", "inpid", "inemployee"
	u.Identity.Description, u.Identity.CustomData = "indescription", "incustom"
	u.Names = user.Names{First: "infirst", Last: "inlast", Full: "infull", Display: "indisplay"}
	u.Contact = user.Contact{
		Email: "inemail@example.com", Phone: "+12125551234", Mobile: "inmobile", Language: "inlanguage", PictureURL: "inpicture",
	}
	users := []user.User{u, {ID: 2}, {ID: 3, Names: user.Names{Display: "login"}}}
	h.put(acme, users...)
	h.both(acme, func(x tx) {
		for _, needle := range []string{
			"inlogin", "inpid", "inemployee", "indescription", "incustom", "infirst", "inlast", "infull", "indisplay", "inemail",
			"5551234", "inmobile", "inlanguage", "inpicture", "login", "in", "ninfirst", "logininf", "inlogin inf", "inlogin\x01indisplay",
			"inlogin\nindisplay", "inlogin\x01", "inlogin\U0010ffff",
		} {
			for _, q := range searches(needle) {
				x.checkQuery(users, q)
			}
		}
	})
}

func testSearchHostile(t testing.TB, open Open) {
	h := start(t, open)
	var users []user.User
	for i, name := range append([]string{
		"100%", "100x", "a_b", "axb", `a\b`, "ab", "o'hara", "ohara", "a\x01b", "a", "[a]", "a*", "^a$", "(a", "\ufffd",
	}, hostile...) {
		u := user.User{ID: user.ID(i + 1)}
		name = name[:min(len(name), 3000)]
		u.Names.Display, u.Identity.Login = name, name
		if i%2 == 0 {
			u.Identity.Login = ""
		}
		for _, v := range users {
			if k := u.Keys()[user.KeyLogin]; k != "" && v.Keys()[user.KeyLogin] == k {
				u.Identity.Login = ""
			}
		}
		users = append(users, u)
	}
	h.inserted(users)
	h.both(acme, func(x tx) {
		for _, needle := range append([]string{
			"%", "_", `\`, "%%", "__", `\%`, `\\`, "'", `"`, "''", "*", ".", ".*",
			"?", "[a]", "^", "$", "(", "|", "+", "\x01", "a\x01", "\x01b",
			"\U0010ffff", "\ufffd", "\u0301", "100%", "100_", "a_b", `a\b`, "; --", strings.Repeat("a", 20_000), strings.Repeat("%", 1000),
		}, hostile...) {
			for _, q := range searches(needle) {
				x.checkQuery(users, q)
			}
		}
	})
}
