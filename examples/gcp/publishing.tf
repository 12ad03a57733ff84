# A page to publish files on, for those who have its token: the converter once more, where browsers
# reach it. Whatever else it answers to asks for the token, too.
resource "google_cloud_run_v2_service" "publishing" {
  count                = var.publishing ? 1 : 0
  name                 = "${var.name}-publishing"
  location             = var.region
  ingress              = "INGRESS_TRAFFIC_ALL"
  invoker_iam_disabled = true # a browser has no identity token to show
  deletion_protection  = false

  template {
    service_account                  = google_service_account.converter.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = var.concurrency
    timeout                          = "3600s" # of a page that listens to what becomes of files

    scaling {
      min_instance_count = 0
      max_instance_count = 1
    }

    containers {
      image = data.google_artifact_registry_docker_image.image["converter"].self_link
      args  = ["serve"]

      env {
        name  = "DYNASETTE_UPLOADS"
        value = local.uploads
      }
      env {
        name  = "DYNASETTE_SERVING"
        value = local.serving
      }
      env {
        name  = "DYNASETTE_RESTART"
        value = local.restart
      }
      env {
        name = "DYNASETTE_TOKEN"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.publishing[0].secret_id
            version = "latest"
          }
        }
      }
      env {
        name  = "GOOGLE_CLOUD_PROJECT"
        value = var.project
      }

      resources {
        limits = {
          cpu    = "1"
          memory = var.converter_memory
        }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      ports {
        container_port = 8080
      }

      startup_probe {
        period_seconds    = 5
        timeout_seconds   = 5
        failure_threshold = 48
        http_get {
          path = "/readyz"
        }
      }
    }
  }

  depends_on = [
    google_storage_bucket_iam_member.converter_reads_uploads,
    google_storage_bucket_iam_member.converter_writes_uploads,
    google_storage_bucket_iam_member.converter_writes_releases,
    google_secret_manager_secret_iam_member.converter_reads_token,
  ]
}

# Files on their way lie in the bucket in parts, which are put together and deleted.
resource "google_storage_bucket_iam_member" "converter_writes_uploads" {
  count  = var.publishing ? 1 : 0
  bucket = google_storage_bucket.uploads.name
  role   = "roles/storage.objectUser"
  member = google_service_account.converter.member
}

# The token. Its value is added by hand (README.md), so that it is not in Terraform's state.
resource "google_secret_manager_secret" "publishing" {
  count     = var.publishing ? 1 : 0
  secret_id = "${var.name}-publishing-token"

  replication {
    auto {}
  }

  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret_iam_member" "converter_reads_token" {
  count     = var.publishing ? 1 : 0
  secret_id = google_secret_manager_secret.publishing[0].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.converter.member
}
