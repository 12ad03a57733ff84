PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "documents" ("path" TEXT, "title" TEXT, "layout" TEXT, "date" TEXT, "country" TEXT, "meta_text" TEXT, "meta_path" TEXT, "tags" TEXT, "text" TEXT, "html" TEXT);
INSERT INTO "documents" VALUES('jekyll.md','Welcome: a *post*','post','2024-02-29 13:14:15 +0100','NO','this key is taken','_posts/welcome.md','["intro","two words"]','Body **text** with <script>alert(1)</script> and ~~GFM~~.

- [x] done
- [ ] open

| City | Inhabitants |
|------|------------:|
| Bergen | 289330 |
| Bodø | 53712 | surplus |
','<p>Body <strong>text</strong> with  and <del>GFM</del>.</p>
<ul>
<li><input checked="" disabled="" type="checkbox"> done</li>
<li><input disabled="" type="checkbox"> open</li>
</ul>
<table>
<thead>
<tr>
<th>City</th>
<th style="text-align: right">Inhabitants</th>
</tr>
</thead>
<tbody>
<tr>
<td>Bergen</td>
<td style="text-align: right">289330</td>
</tr>
<tr>
<td>Bodø</td>
<td style="text-align: right">53712</td>
</tr>
</tbody>
</table>
');
CREATE TABLE "jekyll" ("City" TEXT, "Inhabitants" INTEGER, "_extra" TEXT);
INSERT INTO "jekyll" VALUES('Bergen',289330,NULL);
INSERT INTO "jekyll" VALUES('Bodø',53712,'["surplus"]');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('jekyll.md',NULL,'ffc5bf417bfb358ed3615b70be47e90ce48d089ef7e256579a0133bb79dc56ff',346,'markdown','utf-8','front matter=yaml',3,0,'[{"code":"cells-surplus","severity":"note","message":"a row has more cells than there are columns; the surplus is in the column _extra","table":"jekyll","row":2,"count":1}]');
COMMIT;
