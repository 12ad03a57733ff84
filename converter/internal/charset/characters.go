package charset

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// characters is what a language writes whose characters are syllables or words: what each of
// them costs.
type characters struct {
	multiByte
	costs map[rune]uint8
	plain func(code uint32) uint8 // what a character costs that the model lacks, by its bytes
}

func newCharacters(encoding string, model string) *characters {
	c := &characters{multiByte: newDecoder(encoding).(multiByte), costs: map[rune]uint8{}, plain: plain[encoding]}
	for row := range strings.SplitSeq(strings.TrimSpace(model), "\n") {
		var cost uint8
		for i, r := range row {
			if i == 0 {
				cost = uint8(r - '0')
			} else {
				c.costs[r] = cost
			}
		}
	}
	return c
}

// Costs of characters that the model lacks: each of these sets puts the common ones first.
const (
	costCommon   = 27
	costRare     = 36
	costRarest   = 44
	costSyllable = 25 // of Korean, or kana
	costSymbol   = 23
	costHalf     = 15 // katakana of half width
	costEnd      = 3  // that a character is the last one of its word
)

// plain has, by encoding, what characters cost by their bytes.
var plain = map[string]func(code uint32) uint8{
	"shift_jis": func(code uint32) uint8 {
		switch {
		case code < 0x100:
			return costHalf
		case code < 0x8890:
			return costSymbol
		case code < 0x9873:
			return costCommon
		case code < 0xed00:
			return costRare
		}
		return costRarest
	},
	"euc-jp": func(code uint32) uint8 {
		switch {
		case code>>8 == 0x8e:
			return costHalf
		case code > 0xffff:
			return costRarest
		case code < 0xb000:
			return costSymbol
		case code < 0xd000:
			return costCommon
		}
		return costRare
	},
	"gb18030": func(code uint32) uint8 {
		lead, trail := code>>8, code&0xff
		switch {
		case code > 0xffff, lead < 0xa1, trail < 0xa1:
			return costRarest
		case lead < 0xb0:
			return costSymbol
		case lead < 0xd8:
			return costCommon
		case lead < 0xf8:
			return costRare
		}
		return costRarest
	},
	"big5": func(code uint32) uint8 {
		switch {
		case code < 0xa140:
			return costRarest
		case code < 0xa440:
			return costSymbol
		case code < 0xc680:
			return costCommon
		case code >= 0xc940 && code < 0xf9d6:
			return costRare
		}
		return costRarest
	},
	"euc-kr": func(code uint32) uint8 {
		lead, trail := code>>8, code&0xff
		switch {
		case lead < 0xa1, trail < 0xa1:
			return costRarest
		case lead < 0xb0:
			return costSymbol
		case lead < 0xc9:
			return costSyllable
		case lead < 0xfe:
			return costRare
		}
		return costRarest
	},
}

// cost is what a word costs.
func (c *characters) cost(word []byte) int {
	sum := 0
	var out [16]byte
	letter, wide := false, false // what is before
	for at := 0; at < len(word); {
		text, n, ok := c.next(out[:0], word[at:], true)
		if !ok {
			if len(word) == maxWord && len(word)-at < longest {
				break // cut off
			}
			sum, at = sum+costNone, at+n
			letter, wide = false, false
			continue
		}
		r, _ := utf8.DecodeRune(text)
		if r < utf8.RuneSelf {
			if letter = unicode.IsLetter(r); wide {
				sum += costEnd
				if letter {
					sum += costMixed
				}
			}
			wide = false
			at++
			continue
		}
		code := uint32(0)
		for _, b := range word[at : at+n] {
			code = code<<8 | uint32(b)
		}
		cost, known := c.costs[r]
		if most := c.plain(code); !known || cost > most {
			cost = most
		}
		sum += int(cost)
		if letter {
			sum += costMixed
		}
		letter, wide = false, true
		at += n
	}
	if wide {
		sum += costEnd
	}
	return sum
}
