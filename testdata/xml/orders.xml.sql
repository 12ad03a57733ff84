PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "order" ("id" INTEGER, "customer_name" TEXT, "customer_city" TEXT, "lines" TEXT, "paid" TEXT, "comment" TEXT);
INSERT INTO "order" VALUES(1,'A & B 1','','[{"sku":"000","qty":"0","price":"0.50"}]','true',NULL);
INSERT INTO "order" VALUES(2,'A & B 2','','[{"sku":"000","qty":"0","price":"0.50"},{"sku":"001","qty":"1","price":"1.50"}]','false',' two
lines ');
INSERT INTO "order" VALUES(3,'A & B 3','','[{"sku":"000","qty":"0","price":"0.50"},{"sku":"001","qty":"1","price":"1.50"},{"sku":"002","qty":"2","price":"2.50"}]','true',NULL);
CREATE TABLE "orders" ("exported" TEXT);
INSERT INTO "orders" VALUES('2024-05-01');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('orders.xml',NULL,'4d75ce53a35afa66c413319cd060e9ea8066be694ab508e8844e93cf79446879',1512,'xml','utf-16le','shape=elements of the root: order',4,0,NULL);
COMMIT;
