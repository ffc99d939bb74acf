<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('tickets', function (Blueprint $table) {
            $table->id();
            $table->string('title', 120);
            $table->foreignId('event_id')->constrained();
            $table->index('title');
        });
    }

    public function down(): void
    {
        Schema::dropIfExists('tickets');
    }
};
