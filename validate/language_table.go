package validate

// plainLanguages are the two-letter codes of ISO 639-1 that are canonical as they stand;
// plainCountries the two-letter codes of countries. Any of the first, or one of each with a hyphen
// between, is a canonical tag. Whatever else there is goes through package language, and a test
// compares both.
var (
	plainLanguages = pairsOf('a',
		"aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "+
			"da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "+
			"hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "+
			"lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om "+
			"or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw "+
			"ta te tg th ti tk tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu")
	plainCountries = pairsOf('A',
		"AC AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO "+
			"BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CQ CR CS CU CV CW CX CY CZ DE "+
			"DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU EZ FI FJ FK FM FO FQ FR GA GB GD GE GF GG GH GI "+
			"GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM JO "+
			"JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "+
			"ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NT NU NZ OM PA PC "+
			"PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM "+
			"SN SO SR SS ST SU SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM UN "+
			"US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT YU ZA ZM ZW")
)

// pairs is a set of two-letter codes. Each word stands for a first letter, and each of its bits for
// a second letter.
type pairs [26]uint32

// pairsOf returns the set of the codes in a text with spaces between them. first is the letter a in
// the case of the codes.
func pairsOf(first byte, codes string) (p pairs) {
	for i := 0; i+1 < len(codes); i += 3 {
		p[codes[i]-first] |= 1 << (codes[i+1] - first)
	}
	return p
}

func (p *pairs) has(first byte, code string) bool {
	a, b := code[0]-first, code[1]-first
	return a < 26 && b < 26 && p[a]&(1<<b) != 0
}

// isPlainTag reports whether s is a canonical tag of a language, or of a language and a country.
func isPlainTag(s string) bool {
	switch len(s) {
	case 2:
		return plainLanguages.has('a', s)
	case 5:
		return plainLanguages.has('a', s[:2]) && s[2] == '-' && plainCountries.has('A', s[3:])
	}
	return false
}
