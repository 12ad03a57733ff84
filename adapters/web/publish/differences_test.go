package publish

import (
	"strings"
	"testing"
)

// TestDifferences: what a replacement would change is told by rows that are told apart, or by the values of columns; hostile
// values are text.
func TestDifferences(t *testing.T) {
	d := shelved(t)
	d.put("keyed.csv", "id,name,note\n1,<script>a,x\n2,b,x\n3,c,"+strings.Repeat("y", 300)+"\n4,d,x\n")
	page := d.ask("GET", d.wait("keyed.csv", "id,name,note\n1,<script>b,x\n2,b,x\n3,c,"+strings.Repeat("y", 300)+"z\n5,\u202ee,\n"), nil)
	d.has(page, "What it would change", "Rows: 1 removed, 1 added, 2 changed, 1 as before.", "Rows are told apart by <bdi>id</bdi>",
		"Removed rows", `<td class="n">4</td><td><bdi>d</bdi></td><td><bdi>x</bdi></td>`,
		"Added rows", `<td class="n">5</td><td><bdi>`+"\u202e"+`e</bdi></td><td><span class="null">NULL</span></td>`,
		`<th scope="row"><bdi>1</bdi></th><td><bdi>name</bdi></td><td><bdi>&lt;script&gt;a</bdi></td><td><bdi>&lt;script&gt;b</bdi></td>`,
		`<th scope="row"><bdi>3</bdi></th><td><bdi>note</bdi></td>`)
	if strings.Contains(page.Body.String(), "<script>a") {
		t.Error("a script")
	}
	d.has(d.ask("GET", d.wait("keyed.csv", "id,name,note\n4,d,x\n2,b,x\n3,c,"+strings.Repeat("y", 300)+"\n1,<script>a,x\n"), nil), "All 4 rows are as before.")

	rows := func(kinds ...string) string {
		text := "kind,n\n"
		for _, kind := range kinds {
			text += kind + ",1\n" + kind + ",1\n"
		}
		return text
	}
	d.put("kinds.csv", rows("open", "closed", "<b>"))
	d.has(d.ask("GET", d.wait("kinds.csv", rows("open", "done", "a", "b", "c", "d", "e", "f")), nil), "Rows: 4 removed, 14 added, 2 as before.", "No column tells rows apart",
		`<li><bdi>closed</bdi> <span class="rows">2 rows</span></li><li><bdi>&lt;b&gt;</bdi>`, `<li><bdi>done</bdi> <span class="rows">2 rows</span>`, "and 2 more")
	d.has(d.ask("GET", d.wait("kinds.csv", "other\n1\n"), nil), "not compared: no column is in both versions")

	if testing.Short() {
		return
	}
	d.has(d.ask("GET", d.wait("kinds.csv", "kind,n\n"+strings.Repeat("open,1\n", 300_001)), nil), "not compared: it has more than 300,000 rows")
}

// TestDifferencesOfHeld: who may accept what a guard holds back sees what it would change, and nobody else.
func TestDifferencesOfHeld(t *testing.T) {
	d := newDesk(t)
	d.put("dynasette.yaml", guarded)
	d.put("a.csv", "id,x\n1,a\n2,b\n3,c\n4,d\n")
	d.put("a.csv", "id,x\n1,secret\n")
	d.has(d.ask("GET", sourceURL("a.csv"), nil, bearer, token), "Rows: 3 removed, 1 changed, none as before.", "<bdi>secret</bdi>", "Accept this version")
	page := d.ask("GET", sourceURL("a.csv"), nil)
	d.has(page, "a: 4 → 1 row")
	if strings.Contains(page.Body.String(), "secret") {
		t.Error("what is held back is for everybody")
	}
}
