package validate

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// Expressions that more than one rule uses.
const (
	patternOmnideskName = `^[a-zA-ZÀ-ÖØ-Þß-öø-ÿ\- ]+$`
	patternOmnideskDate = `^([a-z]{2}_[A-Z]{2})|(iso)$`
	patternPersonName   = `^['’]?\p{L}(?:[\p{L}\p{M}\p{Nd}'’.·\x{200C}\x{200D}\- ]*` +
		`[\p{L}\p{M}\p{Nd}'’.·\x{200C}\x{200D}\-])?$`
	patternLogin     = "^[\\p{L}\\p{M}\\p{Nd}A-Za-z0-9!#$%&'*+\\-./=?@^_`{|}~]+$"
	patternHTMLEmail = "^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?" +
		`(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$`
	emailWord       = "[\\p{L}\\p{M}\\p{Nd}!#$%&'*+/=?^_`{|}~-]+"
	emailPart       = `[\p{L}\p{Nd}](?:[\p{L}\p{M}\p{Nd}-]{0,61}[\p{L}\p{M}\p{Nd}])?`
	patternE164     = `^\+[1-9][0-9]{6,14}$`
	patternEmail    = "^" + emailWord + `(?:\.` + emailWord + ")*@" + emailPart + `(?:\.` + emailPart + ")*$"
	patternLine     = `^[^\p{Cc}\x{2028}\x{2029}\x{202A}-\x{202E}\x{2066}-\x{2069}]*$`
	patternText     = `^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}]*$`
	patternLanguage = `^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*$`
	patternMobile   = `^[0-9A-Za-z +()./\-#*,]*[0-9][0-9A-Za-z +()./\-#*,]*$`
	patternDate     = `^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$`
	patternRealDate = `^(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|` +
		`(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|` +
		`(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)` +
		` (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$`
	patternURI = `^(?:(?i:https?)://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+|/[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)$`
)

// What several rules take, in words.
const (
	validName   = "name: letters, blanks, hyphens, apostrophes and dots, with a letter first"
	validLogin  = "login: letters, digits and ! # $ % & ' * + - . / = ? @ ^ _ ` { | } ~"
	validPhone  = "telephone number: + and the country code first, then digits"
	validMobile = "telephone number: at least one digit, and letters, blanks and + ( ) . / - # * ,"
)

// Limits of our own where a vendor documents none. They are wide enough for every example of the
// documents.
const (
	maxName  = 255  // Voximplant's display name has "less than 256", the only limit of a name that is documented.
	maxEmail = 254  // RFC 5321: a path of 256 with its angle brackets.
	maxLong  = 8191 // Voximplant's custom data has "less than 8192".
	maxList  = 1 << 19
)

// expression returns a spec whose matcher runs the pattern itself. It is for the rules that a
// vendor's request checks once. The rules that each user of an import must pass have matchers of
// their own.
func expression(pattern string, min, max int64) spec {
	return spec{pattern, compiled(pattern), min, max}
}

// compiled returns a matcher for the values that are valid UTF-8 and match every expression of
// pattern. The first call compiles the expressions.
func compiled(pattern string) func(string) bool {
	expressions := sync.OnceValue(func() (list []*regexp.Regexp) {
		for _, e := range strings.Split(pattern, " && ") {
			list = append(list, regexp.MustCompile(e))
		}
		return list
	})
	return func(s string) bool {
		for _, e := range expressions() {
			if !e.MatchString(s) {
				return false
			}
		}
		return utf8.ValidString(s)
	}
}

// campaignText has the characters of the names of campaigns and channels.
const campaignText = `a-zA-Z0-9\-_`

// some returns the spec of texts that have only the given ASCII characters, which stand between
// brackets in a regular expression.
func some(chars string, min, max int64) spec {
	return spec{"^[" + chars + "]+$", classOf(chars).some, min, max}
}

// A spec that two rules share is written once.
var (
	strictPerson = spec{patternPersonName, matchPersonName, 1, maxName}
	strictEmail  = spec{patternEmail, matchEmail, 3, maxEmail}
	strictLogin  = spec{patternLogin, matchLogin, 1, maxEmail}
	strictLine   = spec{patternLine, matchLine, 1, maxName}
	strictMobile = spec{patternMobile, matchMobile, 1, 49}
	strictDate   = spec{`^(?:[a-z]{2}_[A-Z]{2}|iso)$`, matchDateFormat, 3, 5}
)

// definitions is the table of all rules, joined from the tables of the vendors.
var definitions = joinTables(omnideskRules, voximplantRules, livePersonRules, genesysRules, rosterRules)

// joinTables joins the given tables of definitions into one. The index of a definition is the
// number of its rule. It skips entries without a name. It sets the strict form of the entry 0,
// which stands for no rule, so that no value matches it.
func joinTables(tables ...[]definition) (all [numRules]definition) {
	for _, table := range tables {
		for r, d := range table {
			if d.name != "" {
				all[r] = d
			}
		}
	}
	all[noRule].strict = spec{match: func(string) bool { return false }, max: maxLong}
	return all
}
