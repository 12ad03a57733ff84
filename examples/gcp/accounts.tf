# What the converter, the job and the restarts run as.
resource "google_service_account" "converter" {
  account_id   = "${var.name}-converter"
  display_name = "Converts uploads and makes releases"
  depends_on   = [google_project_service.api]
}

# What Datasette runs as: it reads.
resource "google_service_account" "datasette" {
  account_id   = "${var.name}-datasette"
  display_name = "Serves releases"
  depends_on   = [google_project_service.api]
}

# What calls the converter: events, the schedule and the Workflow.
resource "google_service_account" "caller" {
  account_id   = "${var.name}-caller"
  display_name = "Tells the converter of uploads"
  depends_on   = [google_project_service.api]
}

# What builds the images: Cloud Build has no account of its own in a new project.
resource "google_service_account" "build" {
  account_id   = "${var.name}-build"
  display_name = "Builds the images"
  depends_on   = [google_project_service.api]
}

resource "google_project_iam_member" "build" {
  project = var.project
  role    = "roles/cloudbuild.builds.builder"
  member  = google_service_account.build.member
}

resource "google_storage_bucket_iam_member" "converter_reads_uploads" {
  bucket = google_storage_bucket.uploads.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.converter.member
}

resource "google_storage_bucket_iam_member" "converter_writes_releases" {
  bucket = google_storage_bucket.serving.name
  role   = "roles/storage.objectUser"
  member = google_service_account.converter.member
}

resource "google_storage_bucket_iam_member" "datasette_reads_releases" {
  bucket = google_storage_bucket.serving.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.datasette.member
}

# In follow mode the converter only asks Datasette, which matters where that is private.
resource "google_cloud_run_v2_service_iam_member" "converter_asks_datasette" {
  count    = local.follow ? 1 : 0
  name     = google_cloud_run_v2_service.datasette.name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.converter.member
}

# In revision mode, moving Datasette to a release is a new revision of this one service, which
# runs as this one account, from images of this one registry.
resource "google_cloud_run_v2_service_iam_member" "converter_moves_datasette" {
  count    = local.follow ? 0 : 1
  name     = google_cloud_run_v2_service.datasette.name
  location = var.region
  role     = "roles/run.developer"
  member   = google_service_account.converter.member
}

resource "google_service_account_iam_member" "converter_moves_datasette" {
  count              = local.follow ? 0 : 1
  service_account_id = google_service_account.datasette.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.converter.member
}

resource "google_artifact_registry_repository_iam_member" "converter_moves_datasette" {
  count      = local.follow ? 0 : 1
  repository = google_artifact_registry_repository.images.name
  location   = var.region
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.converter.member
}

resource "google_cloud_run_v2_service_iam_member" "caller_calls_converter" {
  name     = google_cloud_run_v2_service.converter.name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.caller.member
}

# Cloud Storage publishes its events itself.
data "google_storage_project_service_account" "storage" {
  depends_on = [google_project_service.api]
}

# Pub/Sub delivers them as the caller, and puts aside what it can't deliver. (In projects from
# before April 2021 it may not do the first by itself.)
locals {
  pubsub = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

resource "google_service_account_iam_member" "pubsub_is_caller" {
  service_account_id = google_service_account.caller.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub
  depends_on         = [google_project_service.api]
}
